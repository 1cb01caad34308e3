# SPDX-License-Identifier: ISC
"""mutants: the product with a fault planted in it, each of which the test must see.

A fault is text of a source file and what takes its place; blanks and line ends do not count.  Text that is not there
exactly once is an error: then the code has changed, and the mutant must be planted anew."""
import re
from collections import namedtuple

import lives
import stage
from lives import Yard

# how: where to look for it: a pattern of points ("kill keeper 52 sync db.sqlite-wal"); or Power.
Mutant = namedtuple("Mutant", "name edits how")
# The power fails after a call of that pattern, the last at which that disk may come about; first: in the second of
# two lives; the first was killed at the last call of that pattern before one of the other (lives.plan_of).
FEW = "(?!write db)"  # not at each page of a commit: it is quicker, and enough
Power = namedtuple("Power", "after first", defaults=(None,))

PACK, SLOTS, WRITE, FILE, TILES, PUBLISH, DB = (
    f"src/store/{name}.c" for name in ("pack", "slots", "write", "file", "tiles", "publish", "db"))
BATCH, SIGNER, KEYFILE = "src/daemon/keeper_batch.c", "src/daemon/signer.c", "src/keys/keyfile.c"

mutants = [
    Mutant("an acknowledgement before the commit", [
        (BATCH, "if (store_commit(k->store, e) == -1) return -1;",
         "for (size_t i = 0; i < k->batch.n; i++) tell(&k->batch.ack[i]); if (store_commit(k->store, e) == -1) return -1;"),
        (BATCH, "tell(a); if (a->last", "if (a->last")],
        "kill .* sync (packs|db.sqlite-wal)"),
    Mutant("a pack that is not synced", [
        (PACK, "if (p->dirty && fdatasync(p->fd) == -1)", "if (p->dirty && p->fd == -1)")],
        Power(FEW)),
    Mutant("a signature before the signer's state", [
        (SIGNER, "if (signed_save(s->child->directory, head, e) == -1) return -1; s->last = head;", "s->last = head;"),
        (SIGNER, "\"signed size=%\" PRIu64, head.size); buf_free(&text);",
         "\"signed size=%\" PRIu64, head.size); if (signed_save(s->child->directory, head, e) == -1) rc = -1; "
         "buf_free(&text);")],
        "kill signer .* signer/state"),
    Mutant("a key file that is not synced", [
        (SLOTS, "if (s->dirty && fdatasync(s->fd) == -1)", "if (s->dirty && s->fd == -1)")],
        Power(FEW)),
    Mutant("the commit before the pack", [
        (WRITE, "if (pack_sync(s->pack, e) == -1) return -1; for",
         "if (save_edge(s, e) == -1 || db_commit(s->db, e) == -1 || pack_sync(s->pack, e) == -1) return -1; for"),
        (WRITE, "if (save_edge(s, e) == -1 || db_commit(s->db, e) == -1) return -1; s->batch = false;", "s->batch = false;")],
        Power("sync db.sqlite-wal")),
    Mutant("acknowledgement and checkpoint before the commit", [
        (WRITE, "if (save_edge(s, e) == -1 || db_commit(s->db, e) == -1) return -1;",
         "if (save_edge(s, e) == -1) return -1;"),
        (WRITE, "s->batch = true; return db_begin(s->db, e);", "s->batch = true; db_commit(s->db, e); return db_begin(s->db, e);"),
        (PUBLISH, "tiles_put_checkpoint(s->tiles, note, e) == -1) return -1;",
         "tiles_put_checkpoint(s->tiles, note, e) == -1 || db_commit(s->db, e) == -1) return -1;")],
        "kill .* (rename|sync) .*published"),
    Mutant("the signer's state is not synced", [
        (KEYFILE, "if (write_all(fd, text) == -1 || fsync(fd) == -1)", "if (write_all(fd, text) == -1)")],
        Power("send signed")),
    Mutant("the name of the signer's state is not synced", [
        (KEYFILE, "unlinkat(dir, temp, 0); return -1; } return sync_directory(dir, path, e);",
         "unlinkat(dir, temp, 0); return -1; } return 0;")],
        Power("send signed")),
    Mutant("a tile that is not synced", [
        (FILE, "file_write_at(fd, bytes, 0, e) == -1 || fsync(fd) == -1)", "file_write_at(fd, bytes, 0, e) == -1)")],
        Power(FEW)),
    Mutant("a rename without a sync of the directory", [
        (TILES, "if (renameat(t->temp, temporary, t->root, path) == -1 || fsync(directory) == -1)",
         "if (renameat(t->temp, temporary, t->root, path) == -1)")],
        Power(FEW)),
    Mutant("a directory whose name is not synced", [
        (TILES, "if ((made || !t->settled) && fsync(at) == -1)", "if (!made && !t->settled && fsync(at) == -1)")],
        Power(FEW)),
    Mutant("a tile under its own name from the start", [
        (TILES, "if (file_create(t->temp, temporary, bytes, 0644, e) == -1) return -1;",
         "unlinkat(t->root, path, 0);"),
        (TILES, "if (renameat(t->temp, temporary, t->root, path) == -1 || fsync(directory) == -1)",
         "if (file_create(t->root, path, bytes, 0644, e) == -1 || fsync(directory) == -1)")],
        "torn .* published/"),
    Mutant("the checkpoint before a tile", [
        (PUBLISH, "while (rc == 0 && tile_next(&walk, &t)) rc = put_tile(s, &t, &bytes, e);",
         "while (rc == 0 && tile_next(&walk, &t)) if (t.level != TILE_ENTRIES) rc = put_tile(s, &t, &bytes, e);"),
        (PUBLISH, "return -1; s->published = size;",
         "return -1; struct buf bytes = BUF_MAX(1 << 20); struct tile_walk walk = tile_walk(s->published, size); struct tile t;"
         " while (tile_next(&walk, &t)) if (t.level == TILE_ENTRIES && put_tile(s, &t, &bytes, e) == -1) return -1;"
         " buf_free(&bytes); s->published = size;")],
        "kill .* published/"),
    Mutant("a tail that is not cut at the start", [
        (PACK, "if ((uint64_t)st.st_size > end &&", "if (end > (uint64_t)st.st_size &&")],
        "idle .* sync packs"),
    Mutant("a failed sync is taken for done", [
        (PACK, "if (p->dirty && fdatasync(p->fd) == -1)", "if (p->dirty && fdatasync(p->fd) == -1 && p->fd == -1)")],
        "EIO .* sync packs"),
    Mutant("part of a write is taken for the whole", [
        (FILE, "bytes = str_from(bytes, (size_t)put);", "bytes = str_from(bytes, bytes.n);")],
        "short .* write packs"),
    Mutant("SQLite with synchronous = NORMAL", [
        (DB, "PRAGMA synchronous = FULL;", "PRAGMA synchronous = NORMAL;")],
        Power("send ")),
    Mutant("a WAL found at the start is taken for durable", [
        (DB, "if (exec(d, writer, e) == -1 || exec(d, settle, e) == -1)",
         "if (settle[0] == 0 || exec(d, writer, e) == -1)")],
        Power("send ", ("kill .* sync db.sqlite-wal", "send sealed"))),
    Mutant("a tile found at the start is taken for durable", [
        (TILES, "return t->settled ? 0 : settle(t, path, e);",
         "return t->settled || true ? 0 : settle(t, path, e);")],
        Power(FEW, ("kill .* sync published/tile/0/000.p", "send signed"))),
    Mutant("a new pack whose name is not synced", [
        (PACK, "if (p->fd == -1 || fsync(p->directory) == -1)", "if (p->fd == -1)")],
        Power(FEW)),
]

QUICK = 3  # the first so many are for each run


def plant(text, old, new, name):
    """The text with old replaced by new, whatever the line ends."""
    pattern = r"\s*".join(re.escape(word) for word in re.findall(r"\w+|[^\w\s]", old))
    found = re.findall(pattern, text)
    if len(found) != 1:
        raise ValueError(f"mutant \"{name}\": {len(found)} places for: {old}")
    return re.sub(pattern, lambda _: new, text)


def sources_of(mutant):
    """{file: text} with that fault; ValueError when its place is gone."""
    sources = {}
    for file, old, new in mutant.edits:
        sources.setdefault(file, (stage.TREE / file).read_text())
        sources[file] = plant(sources[file], old, new, mutant.name)
    return sources


def build(mutant, number):
    """A scene with that fault."""
    tools, objects = Yard.tools, []
    for file, text in sources_of(mutant).items():
        source = tools.work / f"mutant-{number}-{file.rsplit('/', 1)[1]}"
        source.write_text(text)
        tools.compile(source, source.with_suffix(".o"), ["-w"])
        objects.append(source.with_suffix(".o"))
    return tools.link(f"mutant-{number}", objects)


def suspects(mutant, base, scene):
    """Points or outages that should show it."""
    points = lives.points_of(base, (), scene)
    if isinstance(mutant.how, Power):
        plans = (lives.plan_of(points, *mutant.how.first), None) if mutant.how.first else (None,)
        return [outage for outage in lives.outages(base, plans, scene)
                if re.search(f"after \\w+ \\d+ {mutant.how.after}", outage.what)]
    if mutant.how.startswith(lives.IDLE):
        return [lives.Point(base, (lives.plan_of(points, mutant.how.replace(lives.IDLE, "kill")), lives.IDLE), mutant.how)]
    return [point for point in points if re.match(mutant.how, point.what)]


def hunt(mutant, number, bases):
    """What showed it, or nothing."""
    scene, base = build(mutant, number), bases[0]
    _, wrong = lives.play((lives.Point(base, (), ""), scene))
    if wrong:
        raise ValueError(f"mutant \"{mutant.name}\" does not even work undisturbed: {wrong}")
    for one, wrong in lives.each(suspects(mutant, base, scene), scene):
        if wrong:
            return f"{one.what}: {wrong[0][:160]}"
    return ""
