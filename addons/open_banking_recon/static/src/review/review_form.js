import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";
import { useSubEnv } from "@odoo/owl";

import { ReviewStore } from "./review_store";

/** The form of a document: what was read and the paper look at one review. */
class DocumentFormRenderer extends FormRenderer {
    setup() {
        super.setup();
        useSubEnv({ review: new ReviewStore(useService("orm")) });
    }
}

registry.category("views").add("recon_document_form", {
    ...formView,
    Renderer: DocumentFormRenderer,
});
