"""ISO/IEC 18004:2015, the writer's part: from a payload to the bits that are placed."""
