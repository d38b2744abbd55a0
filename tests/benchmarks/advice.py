"""How often the advice is right on constructed cases: 4,000 rows a split, each case many times.

python tests/benchmarks/advice.py [--runs 40]
"""

import argparse
import re
import tempfile
from collections import Counter
from pathlib import Path

from constructed_cases import CASES, Case, write_case

from specgen.pipeline.check import checked_spec
from specgen.pipeline.evaluate import evaluate


def first_advice(case: Case, seed: int) -> str:
    """What a run of the case says first."""
    with tempfile.TemporaryDirectory() as folder:
        found = evaluate(checked_spec(write_case(Path(folder), case, seed))).diagnosis
    return re.sub(r"[\d.]+%|all of its", "…", found.advice[0]) if found else "nothing"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40)
    asked = parser.parse_args()
    print(f"{'constructed case':<22} {'right':>6}  what is said first, by how often")
    for case in CASES:
        said = Counter(first_advice(case, seed) for seed in range(asked.runs))
        right = sum(count for text, count in said.items() if case.says in text)
        for k, (text, count) in enumerate(said.most_common()):
            start = f"{case.name:<22} {100 * right / asked.runs:>5.0f}%" if k == 0 else " " * 29
            print(f"{start}  {count:>3} × {text[:110]}", flush=True)


if __name__ == "__main__":
    main()
