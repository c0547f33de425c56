"""Mails: written in the transaction of the change that causes them, sent by the worker."""
