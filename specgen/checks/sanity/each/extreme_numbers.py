"""Numbers far outside of what the data have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from specgen.checks.sanity.found import Finding, not_applicable
from specgen.checks.sanity.probes import Probe, Words, base_rows, changed, each, probed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import Scene

if TYPE_CHECKING:
    import pyarrow as pa

# A unit mistaken for another is a factor of a thousand or a million, most often.
FACTOR = 1e6
DO = (
    "Clip numbers to the range of the training data inside the model's pipeline, or make sure that such rows never "
    "reach it; {all: true, except: [extreme_numbers]} under 'sanity' leaves this check out."
)


@sanity_check("extreme_numbers", "Extreme numbers are handled", live=True)
def extreme_numbers(scene: Scene) -> Iterator[Finding]:
    """With any one number zero, or a million times too large or too small, the model answers with finite numbers.

    8 rows for each number and value. An exception is inconclusive: to refuse such a row may be right. A crash,
    NaN and infinity fail the check.
    """
    import pyarrow as pa

    base = base_rows(scene)
    kinds = {one.name: one.type for one in base.schema}
    names = [name for name, kind in kinds.items() if pa.types.is_floating(kind) or pa.types.is_integer(kind)]
    if not names:
        yield not_applicable("none of the model's features is a number")
        return
    probes = [probe for name in names for probe in _probes(base, name, kinds[name])]
    told = f"with extreme values of {each(names, 'numbers')}, {len(base)} rows get finite answers"
    yield from probed(scene, probes, base, dict, Words(told, DO))


def _probes(base: pa.Table, name: str, kind: Any) -> Iterator[Probe]:
    import numpy as np
    import pyarrow as pa

    values = [abs(value) for value in base[name].to_pylist() if value is not None]
    far = FACTOR * (1 + max(values, default=0))
    for value in (0, far, -far):
        if pa.types.is_integer(kind):
            least, most = (
                int(end)
                for end in (np.iinfo(kind.to_pandas_dtype()).min, np.iinfo(kind.to_pandas_dtype()).max)
            )
            value = int(min(max(value, least), most))
        yield changed(base, name, f"{name} = {value:.3g}", value)
