"""JSON Schemas, and OpenAPI descriptions: what they ask of a document, a request and an answer.

Only the door is imported here: most runs have neither, and the rest takes time to import.
"""

from worker.contracts.run import Contracts

__all__ = ["Contracts"]
