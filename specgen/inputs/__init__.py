"""Where rows and predictions come from."""
