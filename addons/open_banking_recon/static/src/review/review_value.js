import { deserializeDate, formatDate, parseDate, serializeDate } from "@web/core/l10n/dates";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";
import { Component, useEffect, useRef } from "@odoo/owl";

// kind of a value: how it is written for a person and read from one
const FORMS = {
    amount: {
        write: (value) => formatFloat(Number(value), { digits: [16, 2] }),
        read: (text) => parseFloat(text).toFixed(2),
    },
    date: {
        write: (value) => formatDate(deserializeDate(value)),
        read: (text) => serializeDate(parseDate(text)),
    },
    iban: {
        write: (value) => value.replace(/(.{4})(?=.)/g, "$1 "),
        read: (text) => text,
    },
};

/** One value that was read: its input, and in words and colour how sure it is. */
export class ReviewValue extends Component {
    static template = "open_banking_recon.ReviewValue";
    static props = {
        field: Object,
        isCurrent: Boolean,
        canEdit: Boolean,
        kept: Number, // how often it was filled
        refused: String, // why what was entered is no such value
        onFocus: Function,
        onChange: Function,
    };

    setup() {
        const input = useRef("input");
        useEffect(
            () => {
                input.el.value = this.shown;
            },
            () => [this.props.field.value, this.props.kept]
        );
    }

    get id() {
        return `o_recon_value_${this.props.field.name}`;
    }

    /** The value as this user writes it. */
    get shown() {
        const { value, kind } = this.props.field;
        const write = FORMS[kind] && FORMS[kind].write;
        return value && write ? write(value) : value;
    }

    get percent() {
        return Math.round(100 * this.props.field.confidence);
    }

    onChange(ev) {
        const text = ev.target.value.trim();
        if (text !== this.shown) {
            this.props.onChange(this.props.field.name, this.plain(text));
        }
    }

    /** What this user wrote in the form the server reads; the rest as it is. */
    plain(text) {
        const form = FORMS[this.props.field.kind];
        try {
            return text && form ? form.read(text) : text;
        } catch {
            return text; // the server says what is wrong with it
        }
    }
}
