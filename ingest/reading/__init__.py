"""What happens inside a child process: telling formats apart, reading, naming what failed."""
