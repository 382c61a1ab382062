"""What is asked of search, counted: so that staff see what is looked for and what is not found."""
