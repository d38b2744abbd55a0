"""What the data of a spec can show, before anyone labels or trains."""
