/* SPDX-License-Identifier: ISC */
#ifndef STORE_MIGRATIONS_H
#define STORE_MIGRATIONS_H

/*
 * migrations: the texts of sql/NNNN-*.sql in the order of their numbers, compiled in (Makefile.am).
 * A database's user_version is the number of the last that it got.
 */
struct migration {
	int number; /* from 1; 0 ends */
	const char *sql;
};
extern const struct migration migrations[];

#endif
