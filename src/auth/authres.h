/* SPDX-License-Identifier: ISC */
#ifndef AUTH_AUTHRES_H
#define AUTH_AUTHRES_H

#include "base/err.h"
#include "base/str.h"

/*
 * authres: what an Authentication-Results field says (RFC 8601 section 2.2), as views.  It is
 * testimony: of whoever wrote it, and of nobody when no signature binds it.
 *
 *	authres_open(&a, body, &e);
 *	while ((rc = authres_next(&a, &r, &e)) != 0)
 *		while (rc == 1 && authres_property(&r.properties, &p)) ...
 *
 * Words are as written: a quoted string has its quotes (token_meaning).
 */
struct authres {
	struct str authserv_id; /* who says it, by his own account; empty where a result stands
				 * in its place: Exchange Online names nobody */
	struct str first;       /* that result */
	struct str rest;        /* yet to be read */
};

struct authres_result {
	struct str method; /* "dkim" */
	struct str result; /* "pass" */
	struct str properties;
};

struct authres_property {
	struct str ptype; /* "header"; empty in "reason=…", and in what some write without one */
	struct str property; /* "d" */
	struct str value;
};

/* The body of a field; of an ARC-Authentication-Results without its i=.  0, or -1 with ERR_SYNTAX:
 * no authserv-id, or a version that is not 1. */
int authres_open(struct authres *a, struct str body, struct err *e);

/* The next result: 1; 0 at the end, and for "none"; -1 with ERR_SYNTAX when what stands there is
 * none (one can go on after it).  Empty elements are passed over. */
int authres_next(struct authres *a, struct authres_result *r, struct err *e);

/* The next property of a result; what is none is passed over.  False at the end. */
bool authres_property(struct str *rest, struct authres_property *p);

#endif
