"""How long a test waits for what must come: it only bounds what hangs, no test is about how quick it is."""

#: What has not happened by now never will, on however busy a machine.
FOR_EVER_SECONDS = 300
