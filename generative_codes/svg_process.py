"""Draws one SVG in a process of its own: SVG from standard input, PNG to standard output.

Run as a file, never imported: before the drawing begins it gives up memory and time beyond its
arguments (bytes, seconds) and the right to open any file or socket.
"""

import resource
import sys


def main(most_memory: int, most_cpu_s: int) -> None:
    """Draw standard input.

    Raises:
        ValueError: From the library, if it is no SVG that it can draw.
    """
    import resvg_py

    for limit, value in (
        (resource.RLIMIT_AS, most_memory),
        (resource.RLIMIT_CPU, most_cpu_s),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        # What is open stays open; nothing else can be opened.
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    svg = sys.stdin.buffer.read().decode("utf-8")
    sys.stdout.buffer.write(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
