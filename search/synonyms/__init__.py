"""Words that stand for each other in questions: what is shipped, what staff say, and what a question gets of it."""
