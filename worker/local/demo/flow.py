"""The whole path once: a stack, a member, a project, the examples in it, and runs to ask for.

Everything after the start of the stack is done as the signed-in member, with the publishable key.
"""


