#!/usr/bin/env python3
"""Makes the pictures in this folder: 13 by 9 pixels each, of kinds that few encoders write.

Needs: pip install pillow
Run in this folder.
"""

import struct
import zlib

from PIL import Image

WIDTH, HEIGHT = 13, 9
# Where each pass of Adam7 begins, and its steps (PNG specification, 8.2).
PASSES = (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def interlaced(picture, depth):
    """Writes a PNG, RGBA, of so many bits."""
    rows = b""
    for left, top, across, down in PASSES:
        for y in range(top, HEIGHT, down):
            values = [v for x in range(left, WIDTH, across) for v in picture.getpixel((x, y))]
            row = b"".join(struct.pack(">H", v * 251) if depth == 16 else bytes([v]) for v in values)
            rows += b"\0" + row if row else b""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, 6, 0, 0, 1)
    data = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def main():
    picture = Image.new("RGBA", (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            picture.putpixel((x, y), (x * 19, y * 28, x * y * 2 % 256, min(255, (x + y) * 14)))
    opaque = picture.convert("RGB")
    opaque.convert("CMYK").save("cmyk.jpg", quality=90)
    opaque.convert("L").save("grey.jpg", quality=90)
    opaque.save("progressive.jpg", quality=80, progressive=True)
    picture.save("lossy.webp", quality=70)
    picture.save("lossless.webp", lossless=True)
    second = Image.new("RGBA", (WIDTH, HEIGHT), (9, 9, 9, 255))
    picture.save("animated.webp", save_all=True, append_images=[second], duration=100, lossless=True)
    for name, depth in (("interlaced.png", 8), ("interlaced16.png", 16)):
        with open(name, "wb") as file:
            file.write(interlaced(picture, depth))


if __name__ == "__main__":
    main()
