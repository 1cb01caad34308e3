/* SPDX-License-Identifier: ISC */
/* custodians come and go: their key files, outside a batch. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "store/inside.h"

size_t
store_custodians(const struct store *s)
{
	return s->n_custodians;
}

const char *
store_custodian(const struct store *s, size_t i)
{
	return s->custodian[i].name;
}

int
store_custodian_add(struct store *s, const char *name, struct err *e)
{
	struct slot_file *new = &s->custodian[s->n_custodians];

	assert(!s->batch);
	if (s->n_custodians == STORE_CUSTODIANS || strlen(name) >= sizeof new->name)
		return err_set(e, ERR_CONFIG, "more than %d custodians", STORE_CUSTODIANS);
	snprintf(new->name, sizeof new->name, "%s", name);
	new->slots = slots_open(s->slots_dir, name, e);
	if (new->slots == NULL)
		return -1;
	s->n_custodians++;
	return 0;
}

int
store_custodian_remove(struct store *s, size_t i, struct err *e)
{
	assert(!s->batch);
	slots_close(s->custodian[i].slots);
	s->custodian[i].slots = NULL;
	if (slots_erase(s->slots_dir, s->custodian[i].name, e) == -1)
		return -1;
	s->n_custodians--;
	memmove(
	    &s->custodian[i], &s->custodian[i + 1], (s->n_custodians - i) * sizeof s->custodian[0]);
	return 0;
}

/* A slot is only ever filled, and only of a record that has something to open: what was erased
 * stays erased. */
static int
is_wanted(struct store *s, size_t custodian, uint64_t seq, struct err *e)
{
	uint8_t there[SLOT_SIZE];
	struct store_record r;
	int rc = store_get(s, seq, &r, e);

	if (rc != 1 || r.object.pack == 0)
		return rc == -1 ? -1 : 0;
	rc = store_slot(s, s->custodian[custodian].name, seq, there, e);
	return rc == -1 ? -1 : rc == 0;
}

int
store_fill_slots(struct store *s, size_t custodian, uint64_t from, struct str slots,
    uint64_t *filled, struct err *e)
{
	static const uint8_t none[SLOT_SIZE];
	struct slots *file = s->custodian[custodian].slots;
	int rc = 1;

	assert(!s->batch);
	*filled = 0;
	for (; slots.n >= SLOT_SIZE; slots = str_from(slots, SLOT_SIZE), from++) {
		if (memcmp(slots.p, none, SLOT_SIZE) == 0)
			continue;
		rc = is_wanted(s, custodian, from, e);
		if (rc == -1 ||
		    (rc == 1 && slots_put(file, from, (const uint8_t *)slots.p, e) == -1))
			return -1;
		*filled += (uint64_t)rc;
	}
	return slots_sync(file, e);
}
