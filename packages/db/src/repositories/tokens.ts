import { and, desc, eq, gt, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { tokens } from "../schema/tokens.js";
import { storableText } from "../storable.js";

export type TokenRole = "viewer" | "publisher" | "client" | "admin";

/** A token as it is kept, without its hash. */
export interface TokenRow {
  readonly tokenId: string;
  readonly role: TokenRole;
  readonly runId?: string;
  readonly project?: string;
  readonly label: string;
  /** ISO 8601, as all times here. */
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  readonly lastUsedAt?: string;
}

export interface NewToken {
  readonly tokenId: string;
  /** SHA-256 as 64 hexadecimal digits. */
  readonly hash: string;
  readonly role: TokenRole;
  readonly runId?: string | undefined;
  readonly project?: string | undefined;
  readonly label?: string | undefined;
  readonly expiresAt?: string | undefined;
}

export interface TokenRepository {
  create(token: NewToken): Promise<void>;
  /** Newest first. */
  list(): Promise<TokenRow[]>;
  /** One that is neither revoked nor over; notes that it was used (at most once a minute). */
  findByHash(hash: string): Promise<TokenRow | undefined>;
  /** Those of the given ids that are neither revoked nor over. By the database's clock. */
  listValid(tokenIds: readonly string[]): Promise<string[]>;
  /** False if there is no such token. */
  revoke(tokenId: string): Promise<boolean>;
  /** Whether any is valid, of a role. */
  hasValid(role: TokenRole): Promise<boolean>;
}

export function createTokenRepository(queries: PostgresJsDatabase): TokenRepository {
  return {
    async create({ label, expiresAt, ...token }) {
      await queries.insert(tokens).values({
        ...token,
        label: storableText(label ?? ""),
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
      });
    },

    async list() {
      const rows = await queries.select().from(tokens).orderBy(desc(tokens.createdAt), desc(tokens.tokenId));
      return rows.map(recordOf);
    },

    async findByHash(hash) {
      const [row] = await queries
        .select()
        .from(tokens)
        .where(and(eq(tokens.hash, hash), isValid));
      if (!row) return undefined;
      await noteUse(queries, row.tokenId);
      return recordOf(row);
    },

    async listValid(tokenIds) {
      const rows = await queries
        .select({ tokenId: tokens.tokenId })
        .from(tokens)
        .where(and(inArray(tokens.tokenId, [...tokenIds]), isValid));
      return rows.map(({ tokenId }) => tokenId);
    },

    async revoke(tokenId) {
      const revoked = await queries
        .update(tokens)
        // A token that is revoked again keeps the first time.
        .set({ revokedAt: sql`coalesce(${tokens.revokedAt}, now())` })
        .where(eq(tokens.tokenId, tokenId))
        .returning({ tokenId: tokens.tokenId });
      return revoked.length > 0;
    },

    async hasValid(role) {
      const rows = await queries
        .select({ tokenId: tokens.tokenId })
        .from(tokens)
        .where(and(eq(tokens.role, role), isValid))
        .limit(1);
      return rows.length > 0;
    },
  };
}

const isValid = and(isNull(tokens.revokedAt), or(isNull(tokens.expiresAt), gt(tokens.expiresAt, sql`now()`)));

async function noteUse(queries: PostgresJsDatabase, tokenId: string): Promise<void> {
  const isDue = or(isNull(tokens.lastUsedAt), lt(tokens.lastUsedAt, sql`now() - interval '1 minute'`));
  await queries
    .update(tokens)
    .set({ lastUsedAt: sql`now()` })
    .where(and(eq(tokens.tokenId, tokenId), isDue));
}

/** Without the hash. */
function recordOf({ tokenId, role, label, ...row }: typeof tokens.$inferSelect): TokenRow {
  return {
    tokenId,
    role,
    label,
    createdAt: row.createdAt.toISOString(),
    ...(row.runId !== null && { runId: row.runId }),
    ...(row.project !== null && { project: row.project }),
    ...(row.expiresAt && { expiresAt: row.expiresAt.toISOString() }),
    ...(row.revokedAt && { revokedAt: row.revokedAt.toISOString() }),
    ...(row.lastUsedAt && { lastUsedAt: row.lastUsedAt.toISOString() }),
  };
}
