# Worte für Menschen über LinkedIn.

grantee-member = LinkedIn-Mitglied

asset-member = LinkedIn-Mitglied
asset-ad_account = Werbekonto
asset-ad_account-many = Werbekonten
role-VIEWER = „Viewer“
role-CREATIVE_MANAGER = „Creative manager“
role-CAMPAIGN_MANAGER = „Campaign manager“
role-ACCOUNT_MANAGER = Account-Manager
role-ACCOUNT_BILLING_ADMIN = Rechnungsadministrator

task-ad-account-settings = Einstellungen und Personen eines Werbekontos ändern
besides-page-role = Eine Rolle auf der LinkedIn-Seite Ihres Kunden, mit der Sie in deren Namen werben können, etwa „Sponsored content poster“. Ihr Kunde vergibt sie auf der Seite selbst.
besides-billing-admin = Die Rolle Rechnungsadministrator, die in jedem Werbekonto eine Person hat. Ihr Kunde behält sie: nichts, worum Sie hier bitten, enthält sie.

ad_account-view-can = Kampagnen und deren Berichte ansehen.
ad_account-view-cannot = Kampagnen oder Anzeigen erstellen oder ändern oder Geld ausgeben.
ad_account-manage-can = Kampagnen und Anzeigen erstellen und ändern sowie Berichte ansehen.
ad_account-manage-cannot = Einstellungen des Kontos ändern, Personen hinzufügen oder entfernen oder sehen, wie Sie zahlen.
ad_account-full-can = Alles Vorige, dazu die Einstellungen des Kontos ändern und bestimmen, wer Zugriff hat.
ad_account-full-cannot = Die Zahlungsweise ändern: das bleibt beim Rechnungsadministrator.

remedy-sign-in-refused = LinkedIn hat diese Anmeldung nicht angenommen.
    .do = Beginnen Sie noch einmal auf der Karte. Die Adresse, mit der LinkedIn Sie zurückschickt, gilt nur einmal.
remedy-role-too-small = Mit Ihrer Rolle können Sie in diesem Werbekonto arbeiten, aber nicht bestimmen, wer es noch darf.
    .do = Bitten Sie einen Account-Manager dieses Werbekontos, diesen Link zu öffnen.
    .who = Eine Person mit der Rolle „Account-Manager“ oder „Rechnungsadministrator“ unter „Zugriff verwalten“ im Kampagnen-Manager.
remedy-account-closed = LinkedIn führt dieses Werbekonto als geschlossen oder angehalten ({ $status }).
    .do = Wählen Sie ein anderes Werbekonto oder öffnen Sie dieses im Kampagnen-Manager wieder.
remedy-no-asset = Sie haben in keinem LinkedIn-Werbekonto eine Rolle.
    .do = Prüfen Sie, ob Sie als die richtige Person angemeldet sind, oder fragen Sie, wer Ihre Anzeigen schaltet.
remedy-not-there = LinkedIn findet das Werbekonto { $asset } nicht oder kein Mitglied { $member } für diese App.
    .do = Prüfen Sie, ob es das Konto noch gibt. Wenn ja, bitten Sie die Agentur, sich bei LinkedIn neu anzumelden.
remedy-may-not = LinkedIn sagt, dass Sie nicht ändern dürfen, wer auf das Werbekonto { $asset } Zugriff hat.
    .do = Bitten Sie einen Account-Manager dieses Werbekontos, diesen Link zu öffnen. Gehört es einem Business Manager, geben Sie es dort frei.
    .who = Eine Person mit der Rolle „Account-Manager“ oder „Rechnungsadministrator“ unter „Zugriff verwalten“ im Kampagnen-Manager.
remedy-not-visible = LinkedIn hat die Änderung angenommen, aber nie gezeigt.
    .do = Sehen Sie im Kampagnen-Manager unter „Zugriff verwalten“ nach. Fehlt die Person der Agentur dort, versuchen Sie es noch einmal.
remedy-refused = LinkedIn hat abgelehnt: { $message }
    .do = Wenn das nicht weiterhilft, senden Sie uns die Uhrzeit und diesen Satz.

error-sign-in-over = Die Anmeldung bei LinkedIn gilt nicht mehr. Sie endet nach 60 Tagen oder wenn die App entfernt wird.
    .do = Wer angemeldet war, meldet sich über den Link noch einmal an. Was schon freigegeben ist, bleibt es.
error-access-denied = Die Person, die App oder die Berechtigungen der Anmeldung lassen das nicht zu.
    .do = Prüfen Sie, ob die Person Account-Manager ist und ob die App die Advertising-API von LinkedIn nutzen darf.
error-old-version = Die Version der LinkedIn-API, die dieses Programm spricht, gibt es nicht mehr.
    .do = Installieren Sie eine neuere Version dieses Programms.
error-rate-limit = Die Grenze von LinkedIn für Aufrufe ist erreicht. Sie gilt je Tag und beginnt um Mitternacht UTC neu.
    .do = Nichts: es geht von selbst weiter.
