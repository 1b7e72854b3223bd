"""Prints what zxing-cpp reads in each picture that is named on the command line, a line each."""

import sys

import zxingcpp
from PIL import Image

for path in sys.argv[1:]:
    found = zxingcpp.read_barcodes(Image.open(path))
    print(found[0].text if found else "")
