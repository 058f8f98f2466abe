import type { EventType, FedloomEvent } from "@fedloom/protocol";
import type { ConnectionState } from "@fedloom/viewer";

/** `live`: each event comes as it happens. What came while it was not must be asked for. */
export type Following = "connecting" | "live" | "reconnecting";

export interface FollowEventsOptions {
  onEvent: (event: FedloomEvent) => void;
  onChange: (following: Following) => void;
}

/** What a connection brings, and to whom. */
export interface SharedConnection {
  types: EventType[];
  onEvent: (event: FedloomEvent) => void;
  onSubscribed: () => void;
  onStateChange: (state: ConnectionState) => void;
}

export interface SharedEventsOptions {
  open: (connection: SharedConnection) => { close(): void };
  /** How long a connection may take before those who wait for it are told to ask instead, in ms; 8,000. */
  patienceMs?: number;
}

interface Follower extends FollowEventsOptions {
  readonly types: ReadonlySet<EventType>;
}

/** One connection for everybody on the page who follows events of every run and host. */
export class SharedEvents {
  readonly #options: SharedEventsOptions;
  readonly #followers = new Set<Follower>();
  /** What the connection brings. */
  #types: ReadonlySet<EventType> = new Set();
  #viewer: { close(): void } | undefined;
  #following: Following = "connecting";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SharedEventsOptions) {
    this.#options = options;
  }

  /** Follows events of these types until what it answers is called. */
  follow(types: readonly EventType[], options: FollowEventsOptions): () => void {
    const follower: Follower = { ...options, types: new Set(types) };
    this.#followers.add(follower);
    if (types.every((type) => this.#types.has(type))) options.onChange(this.#following);
    // Parts of a screen that appear together need no connection each, nor one after the other.
    else queueMicrotask(() => this.#connect());
    return () => {
      this.#followers.delete(follower);
      if (this.#followers.size === 0) this.#disconnect();
    };
  }

  #connect(): void {
    const wanted = new Set([...this.#followers].flatMap(({ types }) => [...types]));
    if ([...wanted].every((type) => this.#types.has(type))) return;
    // Those who follow already may miss something now, and are told.
    const isAgain = this.#viewer !== undefined;
    this.#disconnect();
    this.#types = wanted;
    this.#tell(isAgain ? "reconnecting" : "connecting");
    this.#timer = setTimeout(() => this.#tell("reconnecting"), this.#options.patienceMs ?? 8_000);
    this.#viewer = this.#options.open({
      types: [...wanted],
      onEvent: (event) => {
        for (const { types, onEvent } of this.#followers) if (types.has(event.type)) onEvent(event);
      },
      onSubscribed: () => {
        clearTimeout(this.#timer);
        this.#tell("live");
      },
      onStateChange: (state) => {
        if (state === "waiting") this.#tell("reconnecting");
      },
    });
  }

  #disconnect(): void {
    clearTimeout(this.#timer);
    this.#viewer?.close();
    this.#viewer = undefined;
    this.#types = new Set();
  }

  #tell(following: Following): void {
    this.#following = following;
    for (const { onChange } of this.#followers) onChange(following);
  }
}
