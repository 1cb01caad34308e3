/* SPDX-License-Identifier: ISC */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/buf.h"

/*
 * http: one question over HTTPS and its whole answer (RFC 9110), by libcurl.  TLS 1.2 at least,
 * the certificate verified; no redirect is followed, and nothing of the environment (proxies,
 * .netrc) is heeded.
 */
enum {
	HTTP_TIMEOUT_S = 30, /* for all of it */
};

/*
 * POST a form.  url begins with "https://"; ca_file is PEM, or NULL for the system's authorities.
 * The body is added to body, whose ceiling bounds it.  0 with the status, whatever it is; or -1:
 * ERR_CONFIG, the address or ca_file is none; ERR_REFUSED, the certificate; ERR_LIMIT; ERR_RETRY.
 * form and body may hold secrets: they are the caller's to wipe.
 */
int http_post_form(const char *url, const char *ca_file, struct str form, int *status,
    struct buf *body, struct err *e);
/* GET, in the same way. */
int http_get(const char *url, const char *ca_file, int *status, struct buf *body, struct err *e);

#endif
