import type { AlertRuleOf } from "@fedloom/protocol";
import type { SeenEvent } from "../seen-event.js";
import type { Subject } from "../subject.js";
import { type Desk, figure, type Watch } from "../watch.js";

type Rule = AlertRuleOf<"client_dropped">;

/** Clients that did not deliver: one client in rounds in a row, or several of one round. */
export function watchClientDropped(rule: Rule, desk: Desk): Watch {
  return rule.roundsInARow === undefined
    ? watchRounds(rule, desk)
    : watchClients(rule, rule.roundsInARow, desk);
}

function watchClients({ statuses }: Rule, roundsInARow: number, desk: Desk): Watch {
  const streaks = new WeakMap<Subject, { length: number; round: number }>();
  return {
    eventTypes: ["client_complete"],
    isPlain: ({ isDelivery }) => isDelivery,
    readEvent({ runId, data }) {
      const {
        round,
        client_id: clientId,
        status,
      } = data as { round: number; client_id: string; status: string };
      const identity = { runId, clientId };
      const hasDropped = (statuses as readonly string[]).includes(status);
      const subject = hasDropped ? desk.open(identity, { isStanding: true }) : desk.find(identity);
      if (!subject) return;
      if (!hasDropped) {
        desk.judge(subject, { holds: false, message: `client ${clientId} delivered in round ${round}` });
        return desk.drop(subject);
      }
      const before = streaks.get(subject);
      // After a restart rounds come again.
      const length = before === undefined ? 1 : before.length + (round > before.round ? 1 : 0);
      streaks.set(subject, { length, round });
      const message = `client ${clientId} dropped out of ${length} rounds in a row, last in round ${round}: ${data.error ?? status}`;
      desk.judge(subject, { holds: length >= roundsInARow, message });
    },
  };
}

interface Round {
  readonly round: number;
  numAsked: number;
  numSeen: number;
  numDropped: number;
}

function watchRounds(rule: Rule, desk: Desk): Watch {
  const rounds = new WeakMap<Subject, Round>();
  const begin = (subject: Subject, round: number, numAsked: number): Round => {
    const fresh = { round, numAsked, numSeen: 0, numDropped: 0 };
    rounds.set(subject, fresh);
    return fresh;
  };
  const isTooMany = ({ numAsked, numSeen, numDropped }: Round) =>
    rule.numClients === undefined
      ? numDropped > 0 && numDropped >= (rule.share ?? 1) * Math.max(numAsked, numSeen)
      : numDropped >= rule.numClients;
  const judge = (subject: Subject, round: Round, isClosed: boolean) => {
    // Of an open round whose size is not known the share is not known either.
    const holds = isTooMany(round) && (isClosed || rule.share === undefined || round.numAsked > 0);
    if (!holds && !isClosed) return;
    const { numDropped, numAsked, numSeen } = round;
    const of = figure(Math.max(numAsked, numSeen));
    desk.judge(subject, {
      holds,
      message: `${numDropped} of ${of} clients dropped out of round ${round.round}`,
    });
  };
  return {
    eventTypes: ["round_start", "client_complete", "round_end"],
    readEvent(event) {
      const { runId, data, type } = event;
      if (type === "round_end" && data.client_id !== undefined) return;
      const subject = desk.open({ runId }, { isStanding: true });
      if (!subject) return;
      const number = Number(data.round);
      if (type === "round_start") return void begin(subject, number, Number(data.participating_clients));
      const known = rounds.get(subject);
      const round = known && known.round >= number ? known : begin(subject, number, 0);
      if (round.round !== number) return;
      if (type === "round_end") return judge(subject, round, true);
      count(round, event, rule);
      judge(subject, round, false);
    },
  };
}

function count(round: Round, { data }: SeenEvent, { statuses }: Rule): void {
  round.numSeen += 1;
  if ((statuses as readonly unknown[]).includes(data.status)) round.numDropped += 1;
}
