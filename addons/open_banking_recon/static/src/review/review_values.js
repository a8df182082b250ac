import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillStart, onWillUpdateProps, useExternalListener, useState } from "@odoo/owl";

import { ReviewValue } from "./review_value";

/** What was read, to be checked field by field; what the checks say; and on to the next document. */
export class ReviewValues extends Component {
    static template = "open_banking_recon.ReviewValues";
    static components = { ReviewValue };
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.store = useState(this.env.review);
        this.state = useState({ isBusy: false });
        onWillStart(() => this.store.load(this.props.record.resId));
        onWillUpdateProps((next) => {
            const { resId, data } = next.record;
            if (resId !== this.store.resId || data.state !== this.store.state) {
                this.store.load(resId);
            }
        });
        useExternalListener(window, "keydown", this.onKeydown);
    }

    get doubtText() {
        const count = this.store.doubtful.length;
        return count === 1 ? _t("1 value to check") : _t("%s values to check", count);
    }

    get waitingText() {
        return _t("%s more to review", this.store.waiting);
    }

    get record() {
        return this.props.record;
    }

    /** Ctrl+Enter accepts; to who writes a message, or in a dialog, it means another thing. */
    onKeydown(ev) {
        const isElsewhere = ev.target.closest(".o-mail-Chatter") || document.querySelector(".modal");
        if (ev.ctrlKey && ev.key === "Enter" && !isElsewhere) {
            ev.preventDefault();
            this.accept();
        }
    }

    async onChange(name, text) {
        await this.saveForm();
        await this.store.setValue(name, text);
        await this.record.load();
    }

    /** What was changed in the form itself is kept before the server changes the document. */
    async saveForm() {
        if (await this.record.isDirty()) {
            await this.record.save();
        }
    }

    async accept() {
        if (!this.store.canAccept || this.state.isBusy) {
            return;
        }
        document.activeElement.blur(); // what is being typed counts
        await this.goOn("accept_and_next");
    }

    next() {
        return this.goOn("next_to_review");
    }

    async goOn(method) {
        this.state.isBusy = true;
        try {
            await this.store.work;
            await this.saveForm();
            const { resId } = this.record;
            const nextId = await this.orm.call("recon.document", method, [[resId]]);
            if (nextId) {
                await this.record.model.load({ resId: nextId });
            } else {
                this.notification.add(_t("There is no other document to review."), {
                    type: "success",
                });
                await this.record.load();
                await this.store.load(resId);
            }
        } finally {
            this.state.isBusy = false;
        }
    }
}

export const reviewValues = {
    component: ReviewValues,
    fieldDependencies: [{ name: "state", type: "selection" }],
};

registry.category("view_widgets").add("recon_document_values", reviewValues);
