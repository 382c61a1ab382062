"""A site moved to other services: rows, bytes and index, proved at their new place; asked again, it goes on."""
