/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/audit.h"
#include "keys/signed.h"
#include "store/inspect.h"
#include "tlog/checkpoint.h"

/* Its signature, then that it says the size and root that it is kept under. */
static void
check_note(struct audit *a, const struct store_checkpoint *k)
{
	struct checkpoint c;
	struct err why = { 0 };
	struct note n;
	char where[48];

	snprintf(where, sizeof where, "checkpoint of %" PRIu64 " records", k->size);
	if (checkpoint_open(k->note, &a->vkey, a->crypto, &c, &n, &why) == -1)
		audit_say(a, AUDIT_CHECKPOINT, where, why.text);
	else if (c.head.size != k->size || !hash_eq(c.head.root, k->root))
		audit_say(a, AUDIT_CHECKPOINT, where, "the signed text says another size or root");
	if (!hash_eq(k->root, tlog_root(&a->tree)))
		audit_say(a, AUDIT_CHECKPOINT, where, "the root is not that of the records");
}

static int
next_checkpoint(struct audit *a, struct err *e)
{
	struct store_checkpoint k;
	int rc = inspect_checkpoint(a->store, a->tree.size + 1, &k, e);

	a->next_checkpoint = rc == 1 ? k.size : 0;
	return rc == -1 ? -1 : 0;
}

int
audit_tree(struct audit *a, struct hash entry, struct err *e)
{
	struct store_checkpoint k;
	bool signed_here;
	int rc;

	if (a->tree.size == 0 && next_checkpoint(a, e) == -1)
		return -1;
	tlog_append(&a->tree, hash_leaf(hash_str(&entry)));
	signed_here = a->next_checkpoint == a->tree.size;
	if (signed_here) {
		rc = inspect_checkpoint(a->store, a->tree.size, &k, e);
		if (rc == 1)
			check_note(a, &k);
		a->checkpoints++;
		if (rc == -1 || next_checkpoint(a, e) == -1)
			return -1;
	}
	return a->published_tiles == NULL ? 0 : audit_tiles_add(a, entry, signed_here, e);
}

int
audit_edge(struct audit *a, const struct tlog_tree *edge, bool peaks_fit, struct err *e)
{
	struct store_checkpoint k;
	struct inspect_edge now;
	int rc;

	if (a->tree.size != edge->size || !peaks_fit ||
	    !hash_eq(tlog_root(&a->tree), tlog_root(edge)))
		audit_say(a, AUDIT_EDGE, "table edge", NULL);
	/* The newest edge, because the daemon may have signed meanwhile. */
	rc = inspect_checkpoint(a->store, edge->size + 1, &k, e);
	if (rc == 1 && inspect_edge(store_db(a->store), &now, e) == -1)
		rc = -1;
	if (rc == 1 && k.size > now.tree.size)
		audit_say(
		    a, AUDIT_CHECKPOINT, "table checkpoint", "one of more records than there are");
	return rc == -1 ? -1 : 0;
}

/* What is only for the daemon's user to read may be closed to who asks. */
int
audit_signer(struct audit *a, struct err *e)
{
	struct inspect_edge now;
	struct store_checkpoint k;
	struct tlog_head last;
	char path[4200];
	int dir, rc;

	snprintf(path, sizeof path, "%s/signer", a->state);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1)
		return err_sys(e, "%s", path);
	rc = signed_load(dir, &last, e);
	close(dir);
	if (rc == -1)
		return audit_error(a, AUDIT_SIGNER, "signer/state", e);
	if (last.size == 0)
		return 0;
	rc = inspect_checkpoint(a->store, last.size, &k, e);
	if (rc == -1 || inspect_edge(store_db(a->store), &now, e) == -1)
		return -1;
	/* It signs before the checkpoint is kept, so that one may be on its way. */
	if (last.size > now.tree.size ||
	    (rc == 1 && k.size == last.size && !hash_eq(k.root, last.root)))
		audit_say(a, AUDIT_SIGNER, "signer/state", NULL);
	return 0;
}
