// No names beyond those that the sources use.
