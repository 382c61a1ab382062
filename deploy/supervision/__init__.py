"""Processes that belong together: started, watched, restarted with back-off, and never left behind."""
