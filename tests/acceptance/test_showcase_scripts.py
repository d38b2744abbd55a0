"""What the scripts of showcases make is what is committed, where they need nothing from elsewhere."""

import shutil
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT

SCRIPTS = ["lending/make_predictions.py", "web_search/make_data.py"]
LAST_DIGIT = 2e-4  # a sum in another order may round a score of four decimals the other way


def table(path):
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


@pytest.mark.parametrize("script", SCRIPTS)
def test_script_makes_what_is_committed(script, tmp_path):
    committed = (ROOT / "specs" / script).parent
    folder = shutil.copytree(committed, tmp_path / "again")
    made = sorted(
        [
            *folder.glob("data/*.parquet"),
            *folder.glob("data/t*.csv"),
            *folder.glob("data/dev.csv"),
            *folder.glob("predictions/*"),
        ]
    )
    for path in made:
        path.unlink()
    subprocess.run([sys.executable, folder / (committed / script).name], check=True, capture_output=True)
    for path in made:
        expected = table(committed / path.relative_to(folder))
        pd.testing.assert_frame_equal(table(path), expected, check_exact=False, rtol=0, atol=LAST_DIGIT)
