"""How numbers of documents are read and compared; `records/numbers.py` is what others call."""
