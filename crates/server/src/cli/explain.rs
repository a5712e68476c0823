//! `valetkey explain`: what a platform's message means, and what to do about it.

use serde_json::{Value, json};
use valetkey_connectors::Registry;
use valetkey_sdk::lang::Lang;

use super::print_json;
use crate::app::explain::{Explanation, doer, explain};

/// Says the cause and fix of a platform's message or code, or of a reason that a grant shows.
#[derive(clap::Args)]
#[command(after_help = "Example: valetkey explain '(#3989) the business already has access' --platform meta")]
pub struct Args {
    /// The message as it came, a code, or the id of a remedy.
    message: String,
    /// Look at this platform only.
    #[arg(long, value_name = "ID")]
    platform: Option<String>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let found = explain(&Registry::new(), &args.message, args.platform.as_deref(), Lang::En)?;
    if args.json {
        return print_json(&json!({"data": found.iter().map(view).collect::<Vec<_>>()}));
    }
    for (i, e) in found.iter().enumerate() {
        if i > 0 {
            println!();
        }
        println!("{}{}", e.platform.as_ref().map_or(String::new(), |p| format!("{p}: ")), e.cause);
        let by = e.by.iter().map(|who| doer(*who, Lang::En)).collect::<Vec<_>>().join("; ");
        let by = (!by.is_empty()).then_some(by);
        let source = e.source.as_ref().map(|(url, read)| format!("{url} (read {read})"));
        let lines = [
            ("What to do: ", &e.fix),
            ("On a phone: ", &e.phone),
            ("On a computer: ", &e.desktop),
            ("Who can:    ", &by),
            ("Look for:   ", &e.who),
            ("Source:     ", &source),
        ];
        for (label, text) in lines {
            if let Some(text) = text {
                println!("  {label}{text}");
            }
        }
    }
    Ok(())
}

fn view(e: &Explanation) -> Value {
    json!({
        "platform": e.platform, "id": e.id, "cause": e.cause, "fix": e.fix, "phone": e.phone,
        "desktop": e.desktop, "who": e.who, "by": e.by,
        "source": e.source.as_ref().map(|(url, _)| url),
        "read": e.source.as_ref().map(|(_, read)| read.to_string()),
    })
}
