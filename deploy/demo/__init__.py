"""The sample commission of `up --demo`: invented bodies, people and papers, made by code and loaded as any other."""

from deploy.demo.loading import DemoNameTaken, load
from deploy.demo.people import DemoAccount, accounts, introduction

__all__ = ["DemoAccount", "DemoNameTaken", "accounts", "introduction", "load"]
