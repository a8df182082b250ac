import { Component } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FileUploader } from "@web/views/fields/file_handler";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** A button that hands in the bill of one bank line; it is read later, by the queue. */
export class BillUpload extends Component {
    static template = "open_banking_recon.BillUpload";
    static components = { FileUploader };
    static props = { lineId: Number, onDone: Function };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.attachmentIds = [];
    }

    async onUploaded(file) {
        const vals = { name: file.name, mimetype: file.type, datas: file.data };
        this.attachmentIds.push(...(await this.orm.create("ir.attachment", [vals])));
    }

    async onComplete() {
        const ids = this.attachmentIds;
        this.attachmentIds = [];
        const answer = await this.orm.call(
            "recon.document",
            "create_document_from_attachment",
            [[], ids],
            { context: { default_statement_line_id: this.props.lineId } },
        );
        for (const [title, message] of Object.entries(answer.context.notifications)) {
            this.notification.add(message, { title, type: "info", sticky: true });
        }
        await this.props.onDone();
    }
}

class BillUploadWidget extends Component {
    static template = "open_banking_recon.BillUploadWidget";
    static components = { BillUpload };
    static props = { ...standardWidgetProps };

    async reload() {
        await this.props.record.load();
    }
}

registry.category("view_widgets").add("recon_bill_upload", { component: BillUploadWidget });
