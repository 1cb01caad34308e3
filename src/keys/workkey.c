/* SPDX-License-Identifier: ISC */
#include "keys/workkey.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "seal/utc.h"

enum {
	SLOT = 80,
	HEADING = 48,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	DAY_S = 86400,
	NAME = 16,               /* "2026-01-31" */
	DAYS = WORKKEY_DAYS + 1, /* that may be there at a time: tomorrow's, too */
};

#define FREE UINT64_MAX /* as a record: this slot is none's */

_Static_assert(SLOT == 8 + NONCE + 32 + crypto_aead_xchacha20poly1305_ietf_ABYTES, "a slot");
_Static_assert(SLOT == HEADING + 32, "the first slot");

static const char heading[HEADING] = "mailseal-workkeys/1\nslots of 80 bytes\n";

struct day {
	int64_t number; /* since 1970 */
	int fd;
	uint8_t key[32];
	uint64_t *seq; /* of each slot, or FREE */
	size_t n, cap;
	size_t free; /* no place before it is */
	bool dirty;  /* something was erased, and is not synced */
};

struct workkeys {
	int dir;
	struct day day[DAYS];
	size_t n;
};

/* ---- files ---- */

static char *
file_name(char out[NAME], int64_t number)
{
	struct utc d = utc_of((uint64_t)number * DAY_S);

	snprintf(out, NAME, "%04u-%02u-%02u", d.year % 10000, d.month % 100, d.day % 100);
	return out;
}

/* Is that day's key still of use?  One that lies ahead comes of a wrong clock. */
static bool
is_current(int64_t number, int64_t now_s)
{
	int64_t today = now_s / DAY_S;

	return number > today - WORKKEY_DAYS && number <= today + 1;
}

static int
write_at(int fd, const void *p, size_t n, off_t at, struct err *e)
{
	ssize_t put;

	do
		put = pwrite(fd, p, n, at);
	while (put == -1 && errno == EINTR);
	if (put == (ssize_t)n)
		return 0;
	if (put != -1)
		errno = ENOSPC;
	return err_sys(e, "workkeys: write");
}

static int
overwrite(int fd, struct err *e)
{
	static const char zeros[SLOT * 512];
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "workkeys: stat");
	for (off_t at = 0; at < st.st_size; at += (off_t)sizeof zeros) {
		off_t left = st.st_size - at;
		size_t n = left < (off_t)sizeof zeros ? (size_t)left : sizeof zeros;

		if (write_at(fd, zeros, n, at, e) == -1)
			return -1;
	}
	return fsync(fd) == -1 ? err_sys(e, "workkeys: sync") : 0;
}

static int
destroy_file(int dir, const char *name, struct err *e)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC), rc;

	if (fd == -1)
		return err_sys(e, "workkeys/%s", name);
	rc = overwrite(fd, e);
	close(fd);
	if (rc == 0 && (unlinkat(dir, name, 0) == -1 || fsync(dir) == -1))
		rc = err_sys(e, "workkeys/%s", name);
	return rc;
}

/* ---- days ---- */

static void
forget(struct day *d)
{
	if (d->fd != -1)
		close(d->fd);
	free(d->seq);
	sodium_memzero(d, sizeof *d);
	d->fd = -1;
}

static void
note(struct day *d, size_t place, uint64_t seq)
{
	if (place >= d->cap) {
		d->cap = d->cap == 0 ? 64 : 2 * d->cap;
		d->seq = realloc(d->seq, d->cap * sizeof *d->seq);
		if (d->seq == NULL)
			abort();
	}
	if (place >= d->n)
		d->n = place + 1;
	d->seq[place] = seq;
}

static uint64_t
number_at(const uint8_t *p)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < 8; i++)
		n = n << 8 | p[i];
	return n;
}

/* Which records have a slot; 0 when it is no such file. */
static int
load_slots(struct day *d, struct err *e)
{
	uint8_t slot[SLOT];
	ssize_t got = pread(d->fd, slot, SLOT, 0);

	if (got == SLOT)
		memcpy(d->key, slot + HEADING, sizeof d->key);
	if (got != SLOT || memcmp(slot, heading, HEADING) != 0 ||
	    sodium_is_zero(d->key, sizeof d->key))
		return got == -1 ? err_sys(e, "workkeys: read") : 0;
	for (size_t i = 0; (got = pread(d->fd, slot, SLOT, (off_t)(i + 1) * SLOT)) == SLOT; i++)
		note(d, i, sodium_is_zero(slot, SLOT) ? FREE : number_at(slot));
	sodium_memzero(slot, sizeof slot);
	return got == -1 ? err_sys(e, "workkeys: read") : 1;
}

static int
load_day(struct workkeys *w, const char *name, int64_t number, struct err *e)
{
	struct day *d = &w->day[w->n];
	int rc;

	*d = (struct day){ .number = number };
	d->fd = openat(w->dir, name, O_RDWR | O_CLOEXEC);
	if (d->fd == -1)
		return err_sys(e, "workkeys/%s", name);
	rc = load_slots(d, e);
	if (rc == 1) {
		w->n++;
		return 0;
	}
	forget(d);
	return rc == -1 ? -1 : destroy_file(w->dir, name, e);
}

/* A name of ours is "dddd-dd-dd"; of a day that counts it is one of a few. */
static int
load_file(struct workkeys *w, const char *name, int64_t now_s, struct err *e)
{
	int64_t today = now_s / DAY_S;
	char known[NAME];

	for (int64_t n = today - WORKKEY_DAYS + 1; n <= today + 1; n++)
		if (strcmp(name, file_name(known, n)) == 0)
			return load_day(w, name, n, e);
	if (strlen(name) == strlen(known) && strspn(name, "0123456789-") == strlen(name))
		return destroy_file(w->dir, name, e);
	return 0;
}

static int
load_all(struct workkeys *w, int64_t now_s, struct err *e)
{
	int fd = openat(w->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return err_sys(e, "workkeys");
	}
	while (rc == 0 && (entry = readdir(d)) != NULL)
		rc = load_file(w, entry->d_name, now_s, e);
	closedir(d);
	return rc;
}

struct workkeys *
workkeys_open(int state, int64_t now_s, struct err *e)
{
	struct workkeys *w = calloc(1, sizeof *w);

	if (w == NULL)
		abort();
	if (mkdirat(state, "workkeys", 0700) == -1 && errno != EEXIST) {
		err_sys(e, "workkeys");
		free(w);
		return NULL;
	}
	w->dir = openat(state, "workkeys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->dir == -1)
		err_sys(e, "workkeys");
	else if (load_all(w, now_s, e) == 0)
		return w;
	workkeys_close(w);
	return NULL;
}

void
workkeys_close(struct workkeys *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->n; i++)
		forget(&w->day[i]);
	if (w->dir != -1)
		close(w->dir);
	free(w);
}

static int
destroy_day(struct workkeys *w, size_t i, struct err *e)
{
	char name[NAME];

	file_name(name, w->day[i].number);
	forget(&w->day[i]);
	w->day[i] = w->day[--w->n];
	return destroy_file(w->dir, name, e);
}

int
workkeys_tick(struct workkeys *w, int64_t now_s, struct err *e)
{
	for (size_t i = w->n; i-- > 0;) {
		struct day *d = &w->day[i];

		if (!is_current(d->number, now_s)) {
			if (destroy_day(w, i, e) == -1)
				return -1;
			continue;
		}
		if (d->dirty && fdatasync(d->fd) == -1)
			return err_sys(e, "workkeys: sync");
		d->dirty = false;
	}
	return 0;
}

/* Today's, made when it is not there. */
static struct day *
today(struct workkeys *w, int64_t now_s, struct err *e)
{
	struct day *d = &w->day[w->n];
	uint8_t first[SLOT];
	char name[NAME];
	bool made;

	for (size_t i = 0; i < w->n; i++)
		if (w->day[i].number == now_s / DAY_S)
			return &w->day[i];
	if (workkeys_tick(w, now_s, e) == -1)
		return NULL;
	d = &w->day[w->n];
	*d = (struct day){ .number = now_s / DAY_S };
	file_name(name, d->number);
	randombytes_buf(d->key, sizeof d->key);
	memcpy(first, heading, HEADING);
	memcpy(first + HEADING, d->key, sizeof d->key);
	d->fd = openat(w->dir, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (d->fd == -1)
		err_sys(e, "workkeys/%s", name);
	made = d->fd != -1 && write_at(d->fd, first, SLOT, 0, e) == 0;
	sodium_memzero(first, sizeof first);
	if (!made) {
		forget(d);
		return NULL;
	}
	w->n++;
	return d;
}

/* ---- wrapped keys ---- */

/* In which day, and at which place; false: it has none. */
static bool
find(const struct workkeys *w, uint64_t seq, size_t *day, size_t *place)
{
	for (*day = 0; *day < w->n; ++*day)
		for (*place = 0; *place < w->day[*day].n; ++*place)
			if (w->day[*day].seq[*place] == seq)
				return true;
	return false;
}

static off_t
offset_of(size_t place)
{
	return (off_t)(place + 1) * SLOT;
}

int
workkeys_put(struct workkeys *w, int64_t now_s, uint64_t seq, const uint8_t key[32], struct err *e)
{
	struct day *d = today(w, now_s, e);
	uint8_t slot[SLOT];
	size_t place;

	if (d == NULL)
		return -1;
	for (place = d->free; place < d->n && d->seq[place] != FREE;)
		place++;
	for (unsigned i = 0; i < 8; i++)
		slot[i] = (uint8_t)(seq >> (56 - 8 * i));
	randombytes_buf(slot + 8, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
	    slot + 8 + NONCE, NULL, key, 32, slot, 8, NULL, slot + 8, d->key);
	if (write_at(d->fd, slot, SLOT, offset_of(place), e) == -1)
		return -1;
	note(d, place, seq);
	d->free = place + 1;
	return 0;
}

bool
workkeys_has(const struct workkeys *w, uint64_t seq)
{
	size_t day, place;

	return find(w, seq, &day, &place);
}

int
workkeys_get(struct workkeys *w, uint64_t seq, uint8_t key[32], struct err *e)
{
	uint8_t slot[SLOT];
	size_t day, place;
	const struct day *d;

	if (!find(w, seq, &day, &place))
		return 0;
	d = &w->day[day];
	if (pread(d->fd, slot, SLOT, offset_of(place)) == -1)
		return err_sys(e, "workkeys: read");
	return crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, slot + 8 + NONCE,
	           SLOT - 8 - NONCE, slot, 8, slot + 8, d->key) == 0;
}

int
workkeys_erase(struct workkeys *w, uint64_t seq, struct err *e)
{
	static const uint8_t zeros[SLOT];
	size_t day, place;
	struct day *d;

	if (!find(w, seq, &day, &place))
		return 0;
	d = &w->day[day];
	d->seq[place] = FREE;
	if (place < d->free)
		d->free = place;
	d->dirty = true;
	return write_at(d->fd, zeros, SLOT, offset_of(place), e);
}

bool
workkeys_next(const struct workkeys *w, size_t *at, uint64_t *seq)
{
	size_t skip = *at;

	for (size_t i = 0; i < w->n; i++) {
		const struct day *d = &w->day[i];

		for (; skip < d->n; skip++, ++*at)
			if (d->seq[skip] != FREE) {
				++*at;
				*seq = d->seq[skip];
				return true;
			}
		skip -= d->n;
	}
	return false;
}
