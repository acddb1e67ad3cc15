"""``python -m tests.fuzz``: try odd input on the whole bot until time is over, and keep what goes wrong."""

import argparse
import asyncio
import random
import sys

from tests.fuzz.corpus import keep
from tests.fuzz.session import TARGETS, fuzz


async def main(seconds: float, seed: int, names: list[str]) -> int:
    """Fuzz each target for its share of the time; return 1 where something went wrong."""
    chosen = [make for make in TARGETS if not names or make.name in names]
    found = 0
    for make in chosen:
        tried, findings = await fuzz(make, random.Random(f"{seed} {make.name}"), seconds=seconds / len(chosen))
        print(f"{make.name}: {tried} cases, {len(findings)} findings")
        for finding in findings:
            print(f"  {finding.wrong}\n    {keep(make.name, finding.case) if finding.case else 'of the whole session'}")
        found += len(findings)
    print(f"seed {seed}: {found} findings")
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, help="how long, all targets together (default: 120)")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="repeat an earlier run")
    parser.add_argument("target", nargs="*", help=f"of {', '.join(target.name for target in TARGETS)}; default: all")
    chosen = parser.parse_args()
    sys.exit(asyncio.run(main(chosen.seconds, chosen.seed, chosen.target)))
