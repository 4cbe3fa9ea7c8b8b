/** What the broker sends without being asked, and what happens in it that a trace should know. Plain data. */
import type { Message } from '#sim/brokers/rabbitmq/message.ts';

export type Frame =
  | {
      readonly frame: 'basic.deliver';
      readonly channel: number;
      readonly consumerTag: string;
      readonly deliveryTag: number;
      readonly redelivered: boolean;
      readonly message: Message;
      readonly queue: string;
      readonly seq: number;
      readonly cause: number;
    }
  | { readonly frame: 'basic.return'; readonly channel: number; readonly message: Message }
  | {
      readonly frame: 'basic.ack' | 'basic.nack';
      readonly channel: number;
      readonly seq: number;
    }
  | { readonly frame: 'basic.cancel'; readonly channel: number; readonly consumerTag: string }
  | {
      readonly frame: 'channel.close';
      readonly channel: number;
      readonly connection: number;
      readonly replyCode: number;
      readonly replyText: string;
    }
  | {
      readonly frame: 'connection.close';
      readonly connection: number;
      readonly replyCode: number;
      readonly replyText: string;
    }
  | { readonly frame: 'connection.blocked'; readonly connection: number; readonly reason: string }
  | { readonly frame: 'connection.unblocked'; readonly connection: number };

/** Why a message left a queue otherwise than by an acknowledgement. */
export type LossReason =
  | 'maxlen'
  | 'expired'
  | 'rejected'
  | 'delivery_limit'
  | 'purged'
  | 'queue deleted'
  | 'transient'
  | 'overflow rejected'
  | 'retention';

export interface Happening {
  readonly what:
    'unroutable' | 'enqueue' | 'acknowledge' | 'requeue' | 'drop' | 'dead letter' | 'refuse' | 'cycle';
  readonly queue: string;
  readonly message: Message;
  readonly seq: number;
  /** `drop` and `dead letter`: why. */
  readonly reason: LossReason | '';
  /** Seq of the record by which it came into the queue. */
  readonly cause: number;
}
