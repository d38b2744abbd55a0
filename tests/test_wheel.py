"""The wheel has all that an installed specgen needs, templates included."""

import subprocess
import sys
import zipfile

from conftest import ROOT


def test_installed_wheel_renders_a_report(tmp_path, project):
    """Built, unpacked where no checkout is near, and run from there."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    assert (site / "specgen/templates/report.html.j2").is_file()
    assert not (site / "tests").exists()
    spec = project()
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); import specgen; assert specgen.__file__.startswith({str(site)!r});"
        f"sys.argv = ['specgen', 'run', {str(spec)!r}, '--out', {str(tmp_path / 'out')!r}, '--format', 'html,md,card'];"
        "from specgen.cli.app import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "out").glob("small/*/report.html"))
