"""Drills: what a site on real servers does on bad days, under load, with each promise of the service proved at the end.

python -m tests.drills NAME [--short]        (`make drills DRILL=NAME`)
"""
