#!/usr/bin/env python3
"""Prints what a file of a sweep's results says of its study."""

import sqlite3
import sys

with sqlite3.connect(sys.argv[1]) as database:
    print(*database.execute("SELECT format, name, points, study FROM study"))
    for row in database.execute("SELECT position, pointer, unit FROM inputs"):
        print(*row)
    for (path,) in database.execute("SELECT path FROM files"):
        print(path)
    for row in database.execute('SELECT point, status, message, "/cluster/instance" FROM points'):
        print(*row)
