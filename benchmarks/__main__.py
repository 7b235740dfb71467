"""`python -m benchmarks`: what each of them measures, by which command."""

import ast
from pathlib import Path


def main() -> None:
    """Print the first words of each module that is one."""
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        command = f"python -m benchmarks.{path.stem}"
        if command in words:
            subject = words.partition("\n\n")[0].replace("\n", " ")
            print(f"{command}\n    {subject}\n")


if __name__ == "__main__":
    main()
