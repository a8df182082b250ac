import { Component, useEffect, useRef } from "@odoo/owl";

/**
 * A text field that belongs to the user while it has the focus: what the server answers meanwhile
 * does not overwrite what is being typed.
 */
export class OwnInput extends Component {
    static template = "open_banking_recon.OwnInput";
    static props = {
        value: String,
        label: String,
        onChange: Function,
        className: { type: String, optional: true },
        placeholder: { type: String, optional: true },
        inputmode: { type: String, optional: true },
        disabled: { type: Boolean, optional: true },
    };

    setup() {
        const input = useRef("input");
        useEffect(
            (value) => {
                if (document.activeElement !== input.el) {
                    input.el.value = value;
                }
            },
            () => [this.props.value]
        );
    }
}
