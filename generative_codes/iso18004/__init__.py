"""ISO/IEC 18004:2015 step by step: one module per group of clauses, no drawing, no colours."""
