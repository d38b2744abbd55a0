"""A team's own look of the report: logo, colours and sections from a folder, none of which can touch the evidence."""
