/*
 * The tables, and how an older file becomes one of today. A version is never changed once it was
 * released: what comes later is a new step.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/state.h"

/* PRAGMA user_version of the files that this program writes. */
#define SCHEMA_VERSION 1

/*
 * Whether the file is new, or one of ours: STORE_OK, STORE_FOREIGN, STORE_NEWER, STORE_DAMAGED or as
 * reading fails. Writes nothing.
 */
GOSSIP_MUST_USE enum store_result schema_judge(struct store *store);

/*
 * Makes the tables in an empty file, or brings an older one up to date, all or nothing. Fails with
 * STORE_FOREIGN, STORE_NEWER, STORE_DAMAGED or as the file does; the file is then as it was.
 */
GOSSIP_MUST_USE enum store_result schema_prepare(struct store *store);

#endif
