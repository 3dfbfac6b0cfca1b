"""The project's files as the checks see them: tracked and new files (never ignored ones), read once."""
import os
import subprocess


class Tree:
    """`root` may be a git checkout or a plain directory (a release archive, a self-test sample)."""

    def __init__(self, root):
        self.root = root
        self.paths = sorted(p for p in self._list() if os.path.isfile(os.path.join(root, p)))
        self._path_set = set(self.paths)
        self._texts = {}

    def _list(self):
        if os.path.exists(os.path.join(self.root, ".git")):
            command = ["git", "-c", f"safe.directory={os.path.abspath(self.root)}", "ls-files", "-z", "--cached",
                       "--others", "--exclude-standard"]
            listed = subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True).stdout
            return set(listed.split("\0")) - {""}
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = [f for f in folders if f not in ("build", "node_modules", "__pycache__")]
            found += [os.path.relpath(os.path.join(folder, name), self.root) for name in names]
        return found

    def has(self, path):
        return path in self._path_set

    def has_folder(self, path):
        return any(p.startswith(path.rstrip("/") + "/") for p in self.paths)

    def size(self, path):
        return os.path.getsize(os.path.join(self.root, path))

    def text(self, path):
        """Text of the file; empty for a binary one."""
        if path not in self._texts:
            with open(os.path.join(self.root, path), "rb") as file:
                data = file.read()
            self._texts[path] = "" if b"\0" in data[:8192] else data.decode("utf-8", errors="replace")
        return self._texts[path]

    def lines(self, path):
        return self.text(path).split("\n")

    def select(self, *endings, under=()):
        """Paths with one of the endings, below one of the folders (all folders when none is named)."""
        return [p for p in self.paths
                if p.endswith(endings) and (not under or any(p.startswith(u.rstrip("/") + "/") for u in under))]


def folder_of(path):
    """"engine/text/name/x.cpp" -> "text"; "cli/x.cpp" -> "cli"."""
    parts = path.split("/")
    return parts[1] if parts[0] == "engine" and len(parts) > 2 else parts[0]


def is_test(path):
    """Files that only tests, benches and fuzz targets are built from."""
    name = os.path.basename(path)
    return (name.split(".")[0].endswith(("_test", "_bench", "_fuzz", "_twin")) or "/testing/" in path
            or path.startswith(("tests/", "bench/", "fuzz/", "reference/")))
