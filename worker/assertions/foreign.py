"""Operators as other tools call them, or misspelled: taken for fields, and explained where there are none."""

from worker.models.expectation import Operator

#: What they are called here.
MEANT = {
    "eq": "equals",
    "is": "equals",
    "ne": "not",
    "neq": "not",
    "not_equals": "not",
    "gt": "greater",
    "greater_than": "greater",
    "gte": "at_least",
    "ge": "at_least",
    "min": "at_least",
    "lt": "less",
    "less_than": "less",
    "lte": "at_most",
    "le": "at_most",
    "max": "at_most",
    "regex": "matches",
    "match": "matches",
    "pattern": "matches",
    "include": "contains",
    "includes": "contains",
    "startsWith": "starts_with",
    "endsWith": "ends_with",
    "isEmpty": "is_empty",
    "in": "one_of",
    "enum": "one_of",
    "len": "length",
    "count": "length",
    "size": "length",
    "exist": "exists",
    "present": "exists",
}


#: How much a field must look like an operator to be taken for a slip of the hand.
_ALIKE = 0.8


def meant_operator(path: str) -> str:
    """The operator that somebody who wrote a field of this name may have meant, or nothing."""
    field = path.rpartition(".")[2]
    return MEANT.get(field) or _misspelled(field)


def _misspelled(field: str) -> str:
    from difflib import get_close_matches

    ours = [operator.value for operator in Operator if operator is not Operator.STATUS_CLASS]
    return next(iter(get_close_matches(field, ours, n=1, cutoff=_ALIKE)), "")
