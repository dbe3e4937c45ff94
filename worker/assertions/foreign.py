"""Operators as other tools call them: taken for fields here, and explained where there are none such."""

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


def meant_operator(path: str) -> str:
    """The operator that somebody who wrote a field of this name may have meant, or nothing."""
    return MEANT.get(path.rpartition(".")[2], "")
