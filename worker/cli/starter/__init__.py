"""What `baton init` writes: templates of a first suite, of an API to try it on, and of CI workflows."""
