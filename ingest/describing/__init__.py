"""From a text to what it is: kind, number, issuer, title, dates, parts and citations, each with its evidence."""
