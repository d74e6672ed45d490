"""What spark-submit starts: `spark-submit --master … submit.py run --day 2024-05-01`."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from hushcap_spark.cli import main  # noqa: E402

sys.exit(main())
