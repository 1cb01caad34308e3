/* SPDX-License-Identifier: ISC */
#include "cli/audit.h"

#include <inttypes.h>
#include <string.h>

#include "base/limits.h"
#include "store/inspect.h"

/* ---- one record ---- */

static void
show_progress(const struct audit *a, uint64_t size)
{
	if (a->progress && (a->tree.size % 256 == 0 || a->tree.size == size))
		fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " records%s", a->tree.size, size,
		    a->tree.size == size ? "\n" : "");
}

/* Views that stay while other records are read. */
static void
keep(struct audit *a, struct store_record *r)
{
	size_t kind = r->kind.n;

	buf_clear(&a->row);
	buf_add(&a->row, r->kind);
	buf_add(&a->row, r->bytes);
	r->kind = str_head(buf_str(&a->row), kind);
	r->bytes = str_from(buf_str(&a->row), kind);
}

static int
look_at(struct audit *a, struct store_record *r, struct err *e)
{
	struct hash entry = record_entry(r->salt, r->sha256);
	struct record parsed;
	bool readable;

	keep(a, r);
	if (a->verbose)
		audit_leaf(a, r, entry);
	if (audit_record(a, r, &parsed, &readable, e) == -1 || audit_tree(a, entry, e) == -1)
		return -1;
	a->last = r->sha256;
	a->records++;
	if (!readable || (a->scope & AUDIT_SCOPE_OBJECTS) == 0)
		return 0;
	return audit_object(a, r, &parsed, e);
}

static int
look_at_all(struct audit *a, uint64_t size, struct err *e)
{
	struct store_query q = { 0 };
	struct store_record r;
	int rc;

	while (q.from < size) {
		rc = store_next(a->store, &q, &r, e);
		if (rc != 1)
			return rc;
		if (look_at(a, &r, e) == -1)
			return err_at(e, "record %" PRIu64, q.from - 1);
		show_progress(a, size);
	}
	return 0;
}

/* ---- around them ---- */

static int
check_database(struct audit *a, struct err *e)
{
	struct buf text = BUF_MAX(4096);
	int rc = inspect_database(a->store, &text, e);

	buf_byte(&text, '\0');
	if (rc == 1)
		audit_say(a, AUDIT_DATABASE, "db.sqlite", text.p);
	buf_free(&text);
	return rc == -1 ? -1 : 0;
}

static int
run(struct audit *a, struct err *e)
{
	struct inspect_edge edge;

	if (check_database(a, e) == -1)
		return -1;
	if ((a->scope & AUDIT_SCOPE_PUBLISHED) != 0 && audit_tiles_begin(a, e) == -1)
		return -1;
	if (inspect_edge(store_db(a->store), &edge, e) == -1 ||
	    look_at_all(a, edge.tree.size, e) == -1 ||
	    audit_edge(a, &edge.tree, edge.peaks_fit, e) == -1 || audit_evidence(a, e) == -1)
		return -1;
	if ((a->scope & AUDIT_SCOPE_PUBLISHED) == 0)
		return 0;
	return audit_tiles_end(a, e) == -1 ? -1 : audit_signer(a, e);
}

static int
list_custodians(struct audit *a, struct err *e)
{
	struct custodian list[SECRET_CUSTODIANS];
	int n = secret_custodians(a->state, list, e);

	for (int i = 0; i < n; i++)
		memcpy(a->custodian[i].name, list[i].name, sizeof list[i].name);
	a->n_custodians = n == -1 ? 0 : (size_t)n;
	return n == -1 ? -1 : 0;
}

int
audit_run(struct audit *a, struct err *e)
{
	int rc = vkey_parse(store_identity(a->store)->vkey, &a->vkey, e);

	a->crypto = crypto_native_new();
	a->row = (struct buf)BUF_MAX(LIMIT_RECORD + 64);
	if (rc == 0)
		rc = list_custodians(a, e);
	if (rc == 0)
		rc = run(a, e);
	audit_tiles_free(a->published_tiles);
	crypto_native_free(a->crypto);
	buf_free(&a->row);
	return rc;
}
