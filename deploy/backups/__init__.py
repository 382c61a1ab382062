"""Backups of a running site in a folder, proved file by file, and a site made from one."""
